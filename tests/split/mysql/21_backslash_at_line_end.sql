SELECT 'a\
b' \
;
