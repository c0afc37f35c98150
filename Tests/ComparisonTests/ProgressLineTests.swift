import Comparison
import Testing

@testable import Report

@Suite("Progress line")
struct ProgressLineTests {
    @Test("on a terminal one line is written over, and what was longer is wiped")
    func terminal() {
        var line = ProgressLine(terminal: true)
        #expect(line.text(for: .init(stage: "a", step: "starting pods", count: (1, 20))) == "\ra: starting pods 1/20")
        #expect(line.text(for: .init(stage: "a", step: "rest")) == "\ra: rest              ")
        #expect(line.end() == "\r       \r")
        #expect(line.end() == "")
    }

    @Test("elsewhere each step is a line, without its counts")
    func pipe() {
        var line = ProgressLine(terminal: false)
        #expect(line.text(for: .init(stage: "a", step: "pods", count: (1, 20))) == "a: pods\n")
        #expect(line.text(for: .init(stage: "a", step: "pods", count: (2, 20))) == "")
        #expect(line.text(for: .init(stage: "b", step: "pods")) == "b: pods\n")
        #expect(line.end() == "")
    }

    @Test("a line longer than the terminal is cut")
    func cut() {
        var line = ProgressLine(terminal: true, width: 20)
        #expect(line.text(for: .init(stage: "stage", step: "a very long step indeed")) == "\rstage: a very long ")
    }
}
