CREATE TABLE "trigger" (a);
CREATE TABLE triggers (trigger_id);
CREATE INDEX trigger_i ON triggers (trigger_id);
DROP TABLE "trigger";
