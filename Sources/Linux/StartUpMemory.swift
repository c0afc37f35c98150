import CLinux

/// What a daemon holds after its start and needs for nothing else.
package enum StartUpMemory {
    /// Gives freed heap pages back to the kernel, which glibc would keep, and lets go of the program code that starting
    /// went through: what serving needs is mapped again, in pages of the file, as it is touched. Blocks.
    package static func giveBack() throws(SystemFailure) {
        clinux_trim_heap()
        let maps = String(decoding: try Files.read("/proc/self/maps", limit: 1 << 20), as: UTF8.self)
        for code in codeMappings(in: maps) {
            try SystemFailure.check(clinux_unmap_pages(code.start, code.end), "madvise", "program code")
        }
    }

    /// Executable mappings of files that cannot be written: relocations lie elsewhere, so nothing in them is ours alone.
    static func codeMappings(in maps: String) -> [(start: UInt64, end: UInt64)] {
        maps.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { return nil }
            let bounds = fields[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
            return bounds.count == 2 ? (bounds[0], bounds[1]) : nil
        }
    }
}
