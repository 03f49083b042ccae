# SPDX-License-Identifier: GPL-2.0-only
# Time goes on from top to bottom; the bars are how long each thing took.
set terminal svg noenhanced size 900,460 font "sans-serif,13" background "#ffffff"
set title "The life of a block: events and firmware calls by the ledger"
stats "life.dat" using 1 nooutput
n = STATS_records
set xlabel "how long each took (ms, logarithmic)"
set logscale x
# Room for what stands behind the longest bar.
set xrange [0.001:10000]
set yrange [n:-1]
set style fill solid
set boxwidth 0.7
unset key
set ytics ()
set grid x
set lmargin 30
set rmargin 4
plot "life.dat" using (0.001):0:(0.001):($2 > 0.001 ? $2 : 0.0011):($0-0.35):($0+0.35):ytic(3) \
	with boxxyerror lc rgb "#5b8dd9", \
	"" using ($2 > 0.001 ? $2*1.15 : 0.0013):0:(sprintf("%.3f ms, at %.1f ms", $2, $1)) with labels left font ",11"
