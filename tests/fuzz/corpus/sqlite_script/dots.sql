.bail on
.print "a\tb" 'c d' e
.headers on
.mode tabs
.separator |
.exit
