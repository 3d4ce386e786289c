;;
 ; SELECT 1;;
