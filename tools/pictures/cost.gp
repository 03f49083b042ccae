# SPDX-License-Identifier: GPL-2.0-only
set terminal svg size 720,400 font "sans-serif,13" background "#ffffff"
set title "System memory that adding standby memory takes"
set xlabel "memory added (MiB)"
set ylabel "of system memory (MiB)"
set key left top
set grid
set yrange [0:*]
plot "cost.dat" using 1:($2/1024) with linespoints lw 2 lc rgb "#d32f2f" title "memmap in system memory", \
	"" using 1:($3/1024) with linespoints lw 2 lc rgb "#2e7d32" title "memmap on the memory itself"
