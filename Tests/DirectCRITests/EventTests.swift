import CRI
import CRIServer
import Core
import Faults
import Synchronization
import TestSupport
import Testing

@testable import DirectCRI

@Suite("Events on the direct path")
struct EventTests {
    @Test("each change of a pod becomes an event, until the daemon ends")
    func events() async throws {
        let fixture = try DirectCRIFixture()
        let old = try await fixture.runPod(DirectCRIFixture.podConfig("old"))
        let seen = Mutex<[ContainerEventResponse]>([])
        let listening = Latch<Void>()
        async let end: OxbowError? = {
            do throws(OxbowError) {
                try await fixture.cri.getContainerEvents(GetEventsRequest(), fixture.context) { event in
                    seen.withLock { $0.append(event) }
                    listening.set(())
                }
                return nil
            } catch { return error }
        }()
        // Listening begins some time after the call: a container that is made until then is a knock on the door.
        while listening.value == nil {
            let knock = try await fixture.createContainer(
                in: old, DirectCRIFixture.containerConfig("knock"), podConfig: DirectCRIFixture.podConfig("old"))
            _ = try await fixture.cri.removeContainer(RemoveContainerRequest(containerId: knock), fixture.context)
            await Task.yield()
        }
        let pod = try await fixture.runPod()
        let id = try await fixture.createContainer(in: pod, DirectCRIFixture.containerConfig())
        _ = try await fixture.cri.startContainer(StartContainerRequest(containerId: id), fixture.context)
        fixture.core.finish(id, code: 3)
        _ = try await fixture.cri.removePodSandbox(RemovePodSandboxRequest(podSandboxId: pod), fixture.context)
        fixture.core.endEvents()
        let error = await end
        #expect(error?.kind == .runtimeDown)
        let own = seen.withLock { $0 }.filter { $0.podSandboxStatus?.id == pod }
        #expect(
            own.map { $0.containerEventType } == [
                .containerCreatedEvent, .containerStartedEvent, .containerCreatedEvent, .containerStartedEvent,
                .containerStoppedEvent, .containerStoppedEvent, .containerDeletedEvent, .containerDeletedEvent,
            ])
        #expect(own.map(\.containerId) == [pod, pod, id, id, id, pod, id, pod])
        #expect(own[4].containersStatuses.map(\.exitCode) == [3])
        #expect(own[6].containersStatuses.isEmpty)
    }

    @Test("a client that takes nothing is ended at the limit, and told so")
    func slowClient() async throws {
        let fixture = try DirectCRIFixture()
        let pod = try await fixture.runPod()
        let isHeld = Latch<Void>()
        let release = Latch<Void>()
        async let end: OxbowError? = {
            do throws(OxbowError) {
                try await fixture.cri.getContainerEvents(GetEventsRequest(), fixture.context) { _ in
                    isHeld.set(())
                    _ = await release.wait()
                }
                return nil
            } catch { return error }
        }()
        var made = 0
        func makeOne() async throws {
            made += 1
            let id = try await fixture.createContainer(in: pod, DirectCRIFixture.containerConfig("c\(made)"))
            _ = try await fixture.cri.removeContainer(RemoveContainerRequest(containerId: id), fixture.context)
        }
        while isHeld.value == nil {
            try await makeOne()
            await Task.yield()
        }
        // Each makes two changes.
        for _ in 0...(EventBroadcast.backlog / 2) { try await makeOne() }
        release.set(())
        #expect(await end?.kind == .tooLarge)
    }
}
