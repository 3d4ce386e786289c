SELECT 1;
.print ﻿
