// SPDX-License-Identifier: GPL-2.0-only
#include "core/compat.h"
#include "core/model.h"

const struct mhps_model mhps_model = {
	.name = MHPS_HAVE_PREPARE ? "event" : "configure",
	.has_prepare = MHPS_HAVE_PREPARE,
	.assigns_at_add = !MHPS_HAVE_PREPARE,
};
