nopager
notee
prompt kedge>
rehash
warnings
SELECT 1
\p
;
nowarning
charset utf8mb4
\! true
system true
