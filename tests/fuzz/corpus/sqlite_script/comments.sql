-- kedge: no-transaction
/* a
.print x
*/
# shell
VACUUM; -- done
