-- c
.print one
/* d
.print two
*/
.print three
SELECT 1; -- e
.print four
