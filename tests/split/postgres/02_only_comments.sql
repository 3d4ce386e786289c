-- nothing here;
  -- nor here

