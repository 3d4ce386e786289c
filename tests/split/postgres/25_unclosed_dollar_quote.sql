SELECT 1;
DO $a$ BEGIN; $b$;
