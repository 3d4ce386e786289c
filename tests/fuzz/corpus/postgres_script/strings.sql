SELECT E'a\';b' 'c\', U&'\0061;', U&"a;", B'1', x'f', n'a';
