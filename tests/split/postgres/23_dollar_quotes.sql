SELECT $$a;'b$$;
SELECT $x$ $$; $y$ $x $x$;
DO $$
BEGIN
  NULL;
END;
$$;
SELECT $ü_1$;$ü_1$, $$$$;
