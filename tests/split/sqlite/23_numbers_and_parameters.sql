SELECT 1.5e-3, .5, 5., 0x1F;
SELECT ?1, :a, @b, $c, $d::e(f);
