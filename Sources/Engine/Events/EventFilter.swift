import DockerAPI

/// The `filters` of `GET /events`: all keys must hold, any value of one suffices, all labels must be there. Keys that
/// are not known are passed over here, unlike anywhere else.
struct EventFilter {
    let filters: Filters

    func admits(_ event: EventMessage) -> Bool {
        func any(_ name: String, _ matches: (String) -> Bool) -> Bool {
            let values = filters[name]
            return values.isEmpty || values.contains(where: matches)
        }
        func names(_ type: String) -> Bool {
            any(type) { value in
                event.type == type
                    && (event.actor.id.hasPrefix(value) || (event.actor.attributes["name"] ?? "") == value)
            }
        }
        return any("type") { $0 == event.type }
            && any("event") { Self.action(event.action, matches: $0) }
            && any("scope") { $0 == event.scope }
            && LabelFilter(filters["label"]).admits(event.actor.attributes)
            && names("container") && names("volume") && names("network") && names("daemon") && names("plugin")
            && any("image") { Self.image(of: event, is: $0) }
    }

    /// `exec_create: sh -c …` and the like are matched by their beginning.
    private static func action(_ action: String, matches wanted: String) -> Bool {
        action == wanted
            || ["exec_create", "exec_start", "health_status"].contains(wanted) && action.hasPrefix(wanted)
    }

    private static func image(of event: EventMessage, is wanted: String) -> Bool {
        let name = event.type == "image" ? event.actor.attributes["name"] : event.actor.attributes["image"]
        guard let name else { return false }
        let untagged =
            name.split(separator: "/").last?.contains(":") == true
            ? name[..<(name.lastIndex(of: ":") ?? name.endIndex)] : name[...]
        return event.type == "image" && event.actor.id == wanted || name == wanted || untagged[...] == wanted[...]
    }
}
