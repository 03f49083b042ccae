/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The request sclp_add_request() takes. The function is exported, its argument
 * is private to drivers/s390/char/sclp.h: the same there from 4.4 to 7.2. A
 * kernel where it differs would not set status to done in the first request,
 * the READ of element 0 at load, which fails the load.
 */
#ifndef MHPS_SCLP_REQ_H
#define MHPS_SCLP_REQ_H

#include <linux/build_bug.h>
#include <linux/list.h>
#include <linux/stddef.h>

/**
 * enum sclp_req_status - final values of struct sclp_req.status, and the first
 * @SCLP_REQ_FILLED: to be sent
 * @SCLP_REQ_DONE: the response code is valid
 * @SCLP_REQ_FAILED: not carried out
 * @SCLP_REQ_QUEUED_TIMEOUT: its turn did not come in time
 */
enum sclp_req_status {
	SCLP_REQ_FILLED		= 0x00,
	SCLP_REQ_DONE		= 0x03,
	SCLP_REQ_FAILED		= 0x05,
	SCLP_REQ_QUEUED_TIMEOUT	= 0x06,
};

/**
 * struct sclp_req - a service call, queued by the SCLP core
 * @list: of the core
 * @command: command word
 * @sccb: service call control block, below 2 GiB
 * @status: enum sclp_req_status when @callback is called
 * @start_count: of the core
 * @callback: called once, from interrupt context
 * @callback_data: its argument
 * @queue_timeout: seconds it may wait for its turn, 0 for ever
 * @queue_expires: of the core
 */
struct sclp_req {
	struct list_head list;
	unsigned int command;
	void *sccb;
	char status;
	int start_count;
	void (*callback)(struct sclp_req *req, void *data);
	void *callback_data;
	int queue_timeout;
	unsigned long queue_expires;
};

static_assert(offsetof(struct sclp_req, command) == 16);
static_assert(offsetof(struct sclp_req, sccb) == 24);
static_assert(offsetof(struct sclp_req, status) == 32);
static_assert(offsetof(struct sclp_req, callback) == 40);
static_assert(offsetof(struct sclp_req, queue_timeout) == 56);
static_assert(sizeof(struct sclp_req) == 72);

int sclp_add_request(struct sclp_req *req);

#endif /* MHPS_SCLP_REQ_H */
