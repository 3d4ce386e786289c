DO $$ a; $x$ $$;
DO $a_1$ $$ ; $b$ $a $a_1$; SELECT a$b$, $1$$;$$;
