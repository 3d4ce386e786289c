SELECT :a, :'b', :"c", :{?d}, a::b, a := :e, a[1:2], :f, :g, :h */ :i;
