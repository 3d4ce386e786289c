SELECT :a, :'b', :"c", SELECT 1;
\; o‰šõ¬EL */ECT 1;
\:{?d}, a::b; , a := :e, ao‰šõ[