.shell ls
.import a b
.open x
.output x
.q 1
