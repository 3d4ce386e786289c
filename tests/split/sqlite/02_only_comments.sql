-- nothing

/* to
   run */
  -- here
