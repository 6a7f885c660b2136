import Foundation
import PETL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A process among all of all hosts, so that another can say whether it is still there.
struct ProcessIdentity: Codable, Equatable, Sendable {
  /// The host's name, for people.
  var host: String
  /// The number of the process.
  var process: Int32
  /// When the process was started, by the system's count, which tells it from a later one of its number;
  /// nil where the system does not say.
  var birth: String?
  /// Where the number means something: the start of the system, and the container.
  var place: String

  /// This process.
  static let own = ProcessIdentity(
    host: hostName, process: getpid(), birth: facts(of: getpid())?.birth, place: ownPlace)

  /// Whether the process is known to have ended.
  ///
  /// Nothing is known of another host, or another container.
  var hasEnded: Bool {
    guard place == Self.ownPlace else { return false }
    if kill(process, 0) != 0, errno == ESRCH { return true }
    guard let facts = Self.facts(of: process) else { return false }
    return facts.isEnded || (birth != nil && facts.birth != birth)
  }

  /// What `/proc` has on a process: its start, and whether only its number is left.
  private static func facts(of process: Int32) -> (birth: String, isEnded: Bool)? {
    guard let bytes = try? readStart(of: "/proc/\(process)/stat", count: 4096) else { return nil }
    // The name of the program may hold anything; what comes after its bracket does not.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19 else { return nil }
    return (String(fields[19]), ["Z", "X"].contains(fields[0]))
  }

  private static let ownPlace: String = {
    let boot = (try? readStart(of: "/proc/sys/kernel/random/boot_id", count: 100)) ?? []
    let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    let start = String(decoding: boot, as: UTF8.self).filter { !$0.isWhitespace }
    return start.isEmpty ? hostName : "\(start) \(space ?? "")"
  }()

  private static let hostName: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()
}
