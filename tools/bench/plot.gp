# SPDX-License-Identifier: GPL-2.0-only
# What pictures of curves have in common; plot.sh says what is in them.
set terminal svg noenhanced size 760,480 font "sans-serif,13" background "#ffffff"
set title picture_title
set xlabel x_label
set ylabel y_label
set key below
set grid
set yrange [0:*]
