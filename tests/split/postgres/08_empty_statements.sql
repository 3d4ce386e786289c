;
;; SELECT 1;;
