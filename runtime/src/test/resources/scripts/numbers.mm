# What an expression is worth.
@ NUM-1 precedence
N = 1<<20 = 1048576
1+2*3 = 7
(1+2)*3 = 9
1<<2+1 = 8
6/2*3 = 9
7 & 3 == 3 = 1          # == binds tighter than &
1 | 2 & 2 = 3
~0 = -1
-1 > 1 = 1              # all words are unsigned
-1/2 = 0x7fffffffffffffff
10-4-3 = 3
- -5 = 5
N == M = 1
x = N < TASK_SIZE = 1
'a' = 97
'\x41' + '\n' + '\0' + '\'' = 0x41 + 10 + 0x27
010 = 8
1<<64 = 0
PROT_READ|PROT_WRITE = 3
