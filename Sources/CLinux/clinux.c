#define _GNU_SOURCE
#include "clinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

int clinux_spawn(const char *path, char *const argv[], char *const envp[], const char *cwd, int new_session,
                 const int *child_fds, const int *our_fds, size_t count, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int *copies = calloc(count ? count : 1, sizeof(int));
    if (!copies) return ENOMEM;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure) { free(copies); return failure; }
    failure = posix_spawnattr_init(&attributes);

    /* Copies above every wanted number, so that no dup2 in the child overwrites a source still needed. */
    int highest = 2;
    for (size_t i = 0; i < count; i++) if (child_fds[i] > highest) highest = child_fds[i];
    size_t made = 0;
    for (; !failure && made < count; made++) {
        copies[made] = fcntl(our_fds[made], F_DUPFD_CLOEXEC, highest + 1);
        if (copies[made] < 0) { failure = errno; break; }
    }
    for (int standard = 0; !failure && standard <= 2; standard++) {
        int named = 0;
        for (size_t i = 0; i < count; i++) named |= child_fds[i] == standard;
        if (!named) failure = posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0);
    }
    for (size_t i = 0; !failure && i < count; i++)
        failure = posix_spawn_file_actions_adddup2(&actions, copies[i], child_fds[i]);
    /* Our own descriptors are closed on exec; those that a library opened may not be. */
    for (int number = 3; !failure && number < highest; number++) {
        int named = 0;
        for (size_t i = 0; i < count; i++) named |= child_fds[i] == number;
        if (!named) failure = posix_spawn_file_actions_addclose(&actions, number);
    }
    if (!failure) failure = posix_spawn_file_actions_addclosefrom_np(&actions, highest + 1);
    if (!failure && cwd) failure = posix_spawn_file_actions_addchdir_np(&actions, cwd);

    if (!failure) {
        sigset_t none, every;
        sigemptyset(&none);
        sigfillset(&every);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &every);
        posix_spawnattr_setpgroup(&attributes, 0);
        short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
        flags |= new_session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;
        failure = posix_spawnattr_setflags(&attributes, flags);
    }
    if (!failure) failure = posix_spawn(pid, path, &actions, &attributes, argv, envp);
    while (made > 0) close(copies[--made]);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(copies);
    return failure;
}

int clinux_poll_set(int *fd) {
    *fd = epoll_create1(EPOLL_CLOEXEC);
    return *fd < 0 ? errno : 0;
}

int clinux_bell(int *fd) {
    *fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return *fd < 0 ? errno : 0;
}

void clinux_trim_heap(void) { malloc_trim(0); }

int clinux_unmap_pages(uint64_t start, uint64_t end) {
    return madvise((void *)(uintptr_t)start, (size_t)(end - start), MADV_DONTNEED) < 0 ? errno : 0;
}

int clinux_synchronise(int fd) { return syncfs(fd) < 0 ? errno : 0; }

void clinux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int clinux_memory_file(off_t size, int *fd) {
    *fd = memfd_create("oxbow", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (*fd < 0) return errno;
    if (size == 0) return 0;
    if (ftruncate(*fd, size) == 0 && fcntl(*fd, F_ADD_SEALS, F_SEAL_GROW) == 0) return 0;
    int failure = errno;
    close(*fd);
    *fd = -1;
    return failure;
}

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) < 0 ? errno : 0; }

int clinux_pidfd_open(pid_t pid, int *fd) {
    *fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return *fd < 0 ? errno : 0;
}

static int open_by_rule(int folder, const char *path, struct open_how *how, int *fd) {
    int attempts = 32;
    how->flags |= O_CLOEXEC;
    /* EAGAIN: somebody renamed a folder on the way while the kernel looked at a "..". */
    do *fd = (int)syscall(SYS_openat2, folder, path, how, sizeof *how);
    while (*fd < 0 && (errno == EAGAIN || errno == EINTR) && --attempts > 0);
    return *fd < 0 ? errno : 0;
}

int clinux_open_in_root(int root_fd, const char *path, int flags, unsigned mode, int *fd) {
    struct open_how how = {.flags = (unsigned)flags, .mode = mode, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    return open_by_rule(root_fd, path, &how, fd);
}

int clinux_set_attribute(int folder_fd, const char *name, const char *key, const void *value, size_t size) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "/proc/self/fd/%d/%s", folder_fd, name) >= (int)sizeof path) return ENAMETOOLONG;
    return lsetxattr(path, key, value, size, 0) < 0 ? errno : 0;
}

int clinux_get_attribute(int folder_fd, const char *name, const char *key, void *value, size_t *size) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "/proc/self/fd/%d/%s", folder_fd, name) >= (int)sizeof path) return ENAMETOOLONG;
    ssize_t got = lgetxattr(path, key, value, *size);
    if (got < 0) return errno;
    *size = (size_t)got;
    return 0;
}

int clinux_sync_filesystem(int fd) { return syncfs(fd) < 0 ? errno : 0; }

int clinux_open_folder_in_tree(int folder, const char *path, int *fd) {
    struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV};
    return open_by_rule(folder, path, &how, fd);
}

int clinux_mount_read_only(const char *target) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    return syscall(SYS_mount_setattr, AT_FDCWD, target, 0, &attributes, sizeof attributes) < 0 ? errno : 0;
}

/* A mapping is named by a user namespace that has it, and a namespace by a process in it. The process shares our memory,
   so that making it copies nothing, and does nothing but wait to be killed. */
static int wait_to_be_killed(void *ignored) {
    (void)ignored;
    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    for (;;) syscall(SYS_rt_sigsuspend, &(uint64_t){0}, sizeof(uint64_t));
}

static int write_process_file(pid_t pid, const char *name, const char *text) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    int failure = write(fd, text, strlen(text)) < 0 ? errno : 0;
    close(fd);
    return failure;
}

static int open_user_namespace(const char *uids, const char *gids, int *fd) {
    enum { STACK = 64 << 10 };
    char *stack = malloc(STACK);
    if (!stack) return ENOMEM;
    /* No exit signal: nobody else's wait sees it. */
    pid_t pid = clone(wait_to_be_killed, stack + STACK, CLONE_VM | CLONE_NEWUSER, NULL);
    int failure = pid < 0 ? errno : 0;
    if (!failure) {
        failure = write_process_file(pid, "uid_map", uids);
        if (!failure) failure = write_process_file(pid, "gid_map", gids);
        if (!failure) {
            char path[64];
            snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
            *fd = open(path, O_RDONLY | O_CLOEXEC);
            if (*fd < 0) failure = errno;
        }
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR) {}
    }
    free(stack);
    return failure;
}

int clinux_mount_mapped(const char *source, const char *target, const char *uids, const char *gids) {
    int owners = -1;
    int failure = open_user_namespace(uids, gids, &owners);
    if (failure) return failure;
    int tree = (int)syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (tree < 0) failure = errno;
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)owners};
    if (!failure && syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) < 0)
        failure = errno;
    if (!failure && syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) < 0) failure = errno;
    if (tree >= 0) close(tree);
    close(owners);
    return failure;
}

/* Namespaces and working folders belong to threads: each of these works on a thread of its own, which ends with the
   work. */

struct thread_work {
    const char *path;
    const char *interface;
    const char *options;
    char *text;
    size_t size;
    int failure;
};

static int on_own_thread(void *(*body)(void *), struct thread_work *work) {
    pthread_t thread;
    int failure = pthread_create(&thread, NULL, body, work);
    if (failure) return failure;
    pthread_join(thread, NULL);
    return work->failure;
}

static void *pin(void *argument) {
    struct thread_work *work = argument;
    if (unshare(CLONE_NEWNET) < 0) { work->failure = errno; return NULL; }
    int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (probe < 0) { work->failure = errno; return NULL; }
    struct ifreq lo = {.ifr_name = "lo"};
    if (ioctl(probe, SIOCGIFFLAGS, &lo) < 0) work->failure = errno;
    lo.ifr_flags |= IFF_UP;
    if (!work->failure && ioctl(probe, SIOCSIFFLAGS, &lo) < 0) work->failure = errno;
    close(probe);
    if (work->failure) return NULL;
    int file = open(work->path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    if (file < 0 && errno != EEXIST) { work->failure = errno; return NULL; }
    if (file >= 0) close(file);
    if (mount("/proc/thread-self/ns/net", work->path, NULL, MS_BIND, NULL) < 0) {
        work->failure = errno;
        unlink(work->path);
    }
    return NULL;
}

int clinux_netns_pin(const char *path) {
    struct thread_work work = {.path = path};
    return on_own_thread(pin, &work);
}

int clinux_is_namespace(const char *path) {
    struct statfs facts;
    if (statfs(path, &facts) < 0) return errno;
    return facts.f_type == NSFS_MAGIC ? 0 : ENOTTY;
}

static void append_addresses(struct thread_work *work, const struct ifaddrs *all, int family) {
    size_t used = strlen(work->text);
    for (const struct ifaddrs *each = all; each; each = each->ifa_next) {
        if (!each->ifa_addr || each->ifa_addr->sa_family != family || strcmp(each->ifa_name, work->interface)) continue;
        char written[INET6_ADDRSTRLEN];
        const void *address = &((struct sockaddr_in *)each->ifa_addr)->sin_addr;
        if (family == AF_INET6) {
            const struct in6_addr *six = &((struct sockaddr_in6 *)each->ifa_addr)->sin6_addr;
            if (IN6_IS_ADDR_LINKLOCAL(six)) continue;
            address = six;
        }
        if (!inet_ntop(family, address, written, sizeof written)) continue;
        int added = snprintf(work->text + used, work->size - used, "%s\n", written);
        if (added < 0 || (size_t)added >= work->size - used) { work->failure = ENOBUFS; return; }
        used += (size_t)added;
    }
}

static void *list_addresses(void *argument) {
    struct thread_work *work = argument;
    int ns = open(work->path, O_RDONLY | O_CLOEXEC);
    if (ns < 0) { work->failure = errno; return NULL; }
    if (setns(ns, CLONE_NEWNET) < 0) work->failure = errno;
    close(ns);
    struct ifaddrs *all = NULL;
    if (!work->failure && getifaddrs(&all) < 0) work->failure = errno;
    if (work->failure) return NULL;
    append_addresses(work, all, AF_INET);
    if (!work->failure) append_addresses(work, all, AF_INET6);
    freeifaddrs(all);
    return NULL;
}

int clinux_netns_addresses(const char *ns, const char *interface, char *text, size_t size) {
    if (size == 0) return EINVAL;
    text[0] = 0;
    struct thread_work work = {.path = ns, .interface = interface, .text = text, .size = size};
    return on_own_thread(list_addresses, &work);
}

struct dial {
    struct thread_work work;
    int family;
    unsigned short port;
    int fd;
};

static void *begin_dial(void *argument) {
    struct dial *dial = argument;
    struct thread_work *work = &dial->work;
    int ns = open(work->path, O_RDONLY | O_CLOEXEC);
    if (ns < 0) { work->failure = errno; return NULL; }
    if (setns(ns, CLONE_NEWNET) < 0) work->failure = errno;
    close(ns);
    if (work->failure) return NULL;
    dial->fd = socket(dial->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (dial->fd < 0) { work->failure = errno; return NULL; }
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(dial->port)};
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(dial->port), .sin6_addr = in6addr_loopback};
    int failed = dial->family == AF_INET6 ? connect(dial->fd, (struct sockaddr *)&six, sizeof six)
                                          : connect(dial->fd, (struct sockaddr *)&four, sizeof four);
    if (failed < 0) work->failure = errno;
    if (work->failure && work->failure != EINPROGRESS) {
        close(dial->fd);
        dial->fd = -1;
    }
    return NULL;
}

int clinux_netns_connect(const char *ns, int family, unsigned short port, int *fd) {
    struct dial dial = {.work = {.path = ns}, .family = family, .port = port, .fd = -1};
    int failure = on_own_thread(begin_dial, &dial.work);
    *fd = dial.fd;
    return failure;
}

int clinux_connect_result(int fd) {
    struct pollfd waiting = {.fd = fd, .events = POLLOUT};
    if (poll(&waiting, 1, 0) < 1) return EINPROGRESS;
    int failure = 0;
    socklen_t size = sizeof failure;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) < 0 ? errno : failure;
}

static void *mount_overlay(void *argument) {
    struct thread_work *work = argument;
    /* Until here the working folder is the whole process's. */
    if (unshare(CLONE_FS) < 0 || chdir(work->text) < 0 || mount("overlay", work->path, "overlay", 0, work->options) < 0)
        work->failure = errno;
    return NULL;
}

int clinux_mount_overlay_from(const char *folder, const char *options, const char *target) {
    struct thread_work work = {.path = target, .options = options, .text = (char *)folder};
    return on_own_thread(mount_overlay, &work);
}

/* A path longer than sun_path is reached through /proc/self/fd of its folder. */
static int unix_address(const char *folder, const char *name, struct sockaddr_un *address, int *folder_fd) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    *folder_fd = -1;
    int written = snprintf(address->sun_path, sizeof address->sun_path, "%s/%s", folder, name);
    if (written > 0 && (size_t)written < sizeof address->sun_path) return 0;
    *folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*folder_fd < 0) return errno;
    written = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", *folder_fd, name);
    return written > 0 && (size_t)written < sizeof address->sun_path ? 0 : ENAMETOOLONG;
}

int clinux_connect_unix(const char *folder, const char *name, int type, int *fd) {
    struct sockaddr_un address;
    int folder_fd;
    int failure = unix_address(folder, name, &address, &folder_fd);
    *fd = -1;
    if (!failure) {
        *fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
        if (*fd < 0) failure = errno;
        else if (connect(*fd, (struct sockaddr *)&address, sizeof address) < 0) failure = errno;
    }
    if (failure && *fd >= 0) { close(*fd); *fd = -1; }
    if (folder_fd >= 0) close(folder_fd);
    return failure;
}

int clinux_probe_unix(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return ENAMETOOLONG;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    int failure = connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? errno : 0;
    close(fd);
    return failure;
}

int clinux_listen_unix(const char *path, int backlog, int *fd) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return ENAMETOOLONG;
    strcpy(address.sun_path, path);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0) return errno;
    /* On a socket that is not bound yet, fchmod decides the mode that bind gives the file. */
    int failure = fchmod(*fd, 0660) < 0 ? errno : 0;
    if (!failure && bind(*fd, (struct sockaddr *)&address, sizeof address) < 0) failure = errno;
    if (!failure && chmod(path, 0660) < 0) failure = errno;
    if (!failure && listen(*fd, backlog) < 0) failure = errno;
    if (failure) { close(*fd); *fd = -1; }
    return failure;
}

int clinux_peer_pid(int fd, pid_t *pid) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) return errno;
    *pid = peer.pid;
    return 0;
}

int clinux_receive_descriptor(int socket, int *fd) {
    char byte[256];
    struct iovec part = {.iov_base = byte, .iov_len = sizeof byte};
    union { char space[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    *fd = -1;
    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) < 0) return errno;
    for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each))
        if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_RIGHTS) memcpy(fd, CMSG_DATA(each), sizeof(int));
    return *fd < 0 ? EPROTO : 0;
}

int clinux_set_window(int terminal, unsigned short columns, unsigned short rows) {
    struct winsize size = {.ws_col = columns, .ws_row = rows};
    return ioctl(terminal, TIOCSWINSZ, &size) < 0 ? errno : 0;
}

int clinux_listen_tcp(const char *address, unsigned short port, int backlog, int *fd, unsigned short *bound) {
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    struct sockaddr *wanted = (struct sockaddr *)&four;
    socklen_t size = sizeof four;
    if (inet_pton(AF_INET, address, &four.sin_addr) != 1) {
        if (inet_pton(AF_INET6, address, &six.sin6_addr) != 1) return EINVAL;
        wanted = (struct sockaddr *)&six;
        size = sizeof six;
    }
    *fd = socket(wanted->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd < 0) return errno;
    int yes = 1;
    setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(*fd, wanted, size) == 0 && listen(*fd, backlog) == 0 && getsockname(*fd, wanted, &size) == 0) {
        *bound = ntohs(wanted->sa_family == AF_INET6 ? six.sin6_port : four.sin_port);
        return 0;
    }
    int failure = errno;
    close(*fd);
    *fd = -1;
    return failure;
}
