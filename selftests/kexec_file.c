// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_file: have the kernel place an image by kexec_file_load(), say where on its
 * log, and forget it. kexec-tools before 2.0.28 cannot ask for the log.
 *
 * The image is what the loader of x86_64 wants to see of a bzImage, and nothing
 * behind: nobody enters it.
 *
 * Prints OK, or the name of the errno.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "errname.h"

#ifndef KEXEC_FILE_DEBUG
#define KEXEC_FILE_DEBUG	0x00000008
#endif

#define SECTOR		512
#define IMAGE_SECTORS	64

/* Documentation/arch/x86/boot.rst */
#define SETUP_SECTS	0x1f1
#define BOOT_FLAG	0x1fe
#define JUMP		0x200
#define HEADER		0x202
#define VERSION		0x206
#define LOADFLAGS	0x211
#define KERNEL_ALIGNMENT 0x230
#define XLOADFLAGS	0x236
#define CMDLINE_SIZE	0x238
#define INIT_SIZE	0x260
#define HEADER_END	0x268

#define LOADED_HIGH	0x01
/* 64 bit, above 4 GiB, five levels of page tables */
#define XLF_ANYWHERE	(0x01 | 0x02 | 0x20)

static unsigned char image[IMAGE_SECTORS * SECTOR];

/* Little endian, as the machine it is for. */
static void put(size_t at, uint32_t value, int bytes)
{
	while (bytes--) {
		image[at++] = value;
		value >>= 8;
	}
}

/* For reading alone: the kernel takes nothing that is open for writing. */
static int image_file(void)
{
	int memory = memfd_create("image", 0);
	char path[32];
	int fd;

	put(SETUP_SECTS, 1, 1);
	put(BOOT_FLAG, 0xaa55, 2);
	put(JUMP, 0xeb, 1);
	put(JUMP + 1, HEADER_END - HEADER, 1);
	memcpy(image + HEADER, "HdrS", 4);
	put(VERSION, 0x020f, 2);
	put(LOADFLAGS, LOADED_HIGH, 1);
	put(KERNEL_ALIGNMENT, 2 << 20, 4);
	put(XLOADFLAGS, XLF_ANYWHERE, 2);
	put(CMDLINE_SIZE, 2047, 4);
	put(INIT_SIZE, 1 << 20, 4);
	if (memory < 0 || write(memory, image, sizeof(image)) != sizeof(image))
		err(2, "image");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		err(2, "%s", path);
	close(memory);
	return fd;
}

int main(void)
{
	int fd = image_file();
	int error = 0;

	if (syscall(SYS_kexec_file_load, fd, -1, 1UL, "",
		    KEXEC_FILE_NO_INITRAMFS | KEXEC_FILE_DEBUG) < 0)
		error = errno;
	else if (syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL, KEXEC_FILE_UNLOAD) < 0)
		err(2, "unload");
	puts(errname(error));
	return !!error;
}
