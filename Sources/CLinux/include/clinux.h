#ifndef OXBOW_CLINUX_H
#define OXBOW_CLINUX_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

/* Behind _GNU_SOURCE, which Swift's importer does not set. */
enum { CLINUX_O_PATH = 010000000, CLINUX_MNT_DETACH = 2, CLINUX_UMOUNT_NOFOLLOW = 8 };

/* Each function answers 0, or the errno of what failed. None keeps a pointer. */

/// Starts a program. `child_fds[i]` in the child is a copy of `our_fds[i]`; 0, 1 and 2 are /dev/null unless named.
/// It has no other descriptors, and its own process group, or its own session; no signal is blocked or ignored.
int clinux_spawn(const char *path, char *const argv[], char *const envp[], const char *cwd, int new_session,
                 const int *child_fds, const int *our_fds, size_t count, pid_t *pid);

static inline dev_t clinux_device(unsigned major, unsigned minor) { return makedev(major, minor); }

/// A set of descriptors to wait on, and a counter to ring it with; both closed on exec.
int clinux_poll_set(int *fd);
int clinux_bell(int *fd);
/// Gives freed heap pages back to the kernel.
void clinux_trim_heap(void);
/// Lets go of the pages of a read-only mapping of a file; they come back from the file when touched.
int clinux_unmap_pages(uint64_t start, uint64_t end);

/// Everything written to the file system that holds the open file.
int clinux_synchronise(int fd);
void clinux_name_thread(const char *name);

/// A file in memory. With `size` above 0 it has that size from the start and can never grow.
int clinux_memory_file(off_t size, int *fd);

/// Both ends closed on exec.
int clinux_pipe(int ends[2]);

int clinux_pidfd_open(pid_t pid, int *fd);

/// Opens `path` with `root_fd` as its root (RESOLVE_IN_ROOT): no link or `..` leads out of it.
int clinux_open_in_root(int root_fd, const char *path, int flags, unsigned mode, int *fd);

/// Sets an extended attribute of `name` in `folder_fd`; a symbolic link's own, never its target's.
int clinux_set_attribute(int folder_fd, const char *name, const char *key, const void *value, size_t size);

/// Reads one into `value`; `size` holds its space, then its length. ENODATA when there is none.
int clinux_get_attribute(int folder_fd, const char *name, const char *key, void *value, size_t *size);

/// Writes out everything that the file system of `fd` holds in memory.
int clinux_sync_filesystem(int fd);

/// Opens a folder beneath `folder`, reached through no link and in the same mount (EXDEV otherwise).
int clinux_open_folder_in_tree(int folder, const char *path, int *fd);

/// Makes the mount at `target` read only and leaves its other flags as they are.
int clinux_mount_read_only(const char *target);
/// Mounts an overlay whose `options` hold paths relative to `folder`.
int clinux_mount_overlay_from(const char *folder, const char *options, const char *target);

/// Mounts `source` at `target` with its owners mapped: `uids` and `gids` are lines `container host length`, as in
/// /proc/PID/uid_map. What a file's owner is on disk is the mapping's container side; processes see the host side.
int clinux_mount_mapped(const char *source, const char *target, const char *uids, const char *gids);

/// Makes a network namespace with `lo` up and binds it to the file at `path`.
int clinux_netns_pin(const char *path);

/// Whether the file is a namespace: ENOTTY when it is something else.
int clinux_is_namespace(const char *path);

/// Writes the addresses of global scope on `interface` in the namespace file at `ns` into `text`: IPv4 first, a line each.
int clinux_netns_addresses(const char *ns, const char *interface, char *text, size_t size);

/// Makes a TCP socket in the namespace file at `ns` and begins to connect it to `port` of the loopback address of
/// `family` (AF_INET, AF_INET6) there. EINPROGRESS: `fd` is set, and `clinux_connect_result` tells how it went on.
int clinux_netns_connect(const char *ns, int family, unsigned short port, int *fd);
/// EINPROGRESS: nothing is known yet.
int clinux_connect_result(int fd);

/// A listening TCP socket at a numeric IPv4 or IPv6 address; EINVAL for another text. `port` 0 is any, `bound` the one
/// that it became.
int clinux_listen_tcp(const char *address, unsigned short port, int backlog, int *fd, unsigned short *bound);

/// A listening unix stream socket with mode 0660.
int clinux_listen_unix(const char *path, int backlog, int *fd);
/// Whether somebody accepts connections there: 0, or why not.
int clinux_probe_unix(const char *path);
/// Connects to a unix socket of `type` (SOCK_STREAM, SOCK_SEQPACKET) whose path may be longer than `sun_path`.
int clinux_connect_unix(const char *folder, const char *name, int type, int *fd);
int clinux_peer_pid(int fd, pid_t *pid);

/// Receives one descriptor over a unix stream socket (SCM_RIGHTS).
int clinux_receive_descriptor(int socket, int *fd);
int clinux_set_window(int terminal, unsigned short columns, unsigned short rows);

#endif
