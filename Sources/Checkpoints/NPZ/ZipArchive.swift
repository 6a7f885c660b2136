import PETL

/// A zip archive (PKWARE's APPNOTE 6.3): stored and deflated members, 64-bit sizes; read only.
///
/// The directory is checked in full when it is opened: every member lies within the file, none
/// overlaps another, no name appears twice. Checksums are checked when a member is read.
struct ZipArchive: Sendable {
  /// The path as it was given.
  let name: String
  /// The members, in the order of the directory.
  let members: [ZipMember]
  private let store: ByteStore

  /// Reads the directory of `store`.
  ///
  /// - Throws: `DiagnosticError` that begins with `name`.
  init(_ store: ByteStore, name: String) throws {
    let end = try ZipEnd(of: store, name: name)
    var members: [ZipMember] = []
    var position = end.directory.lowerBound
    var seen: Set<ExactName> = []
    for _ in 0..<end.count {
      let member = try ZipMember(of: store, at: &position, in: end.directory, file: name)
      guard seen.insert(ExactName(member.name)).inserted else {
        throw DiagnosticError("\(name): two members are called `\(member.name)`")
      }
      members.append(member)
    }
    guard position == end.directory.upperBound else {
      throw DiagnosticError(
        "\(name): the zip directory has \(end.directory.upperBound - position) bytes too many")
    }
    let ordered = members.sorted { $0.span.lowerBound < $1.span.lowerBound }
    for (one, next) in zip(ordered, ordered.dropFirst())
    where one.span.upperBound > next.span.lowerBound {
      throw DiagnosticError("\(name): the members `\(one.name)` and `\(next.name)` overlap")
    }
    self.name = name
    self.store = store
    self.members = members
  }

  /// The first `count` bytes of a member; its checksum is not looked at.
  ///
  /// - Throws: `DiagnosticError` if the deflate stream is broken or gives fewer.
  func prefix(_ count: Int, of member: ZipMember) throws -> [UInt8] {
    try bytes(of: member, count: min(count, member.size), isWhole: false)
  }

  /// All bytes of a member.
  ///
  /// - Throws: `DiagnosticError` if the deflate stream is broken, or length or checksum is wrong.
  func bytes(of member: ZipMember) throws -> [UInt8] {
    let bytes = try bytes(of: member, count: member.size, isWhole: true)
    guard Zlib.checksum(bytes) == member.checksum else {
      throw DiagnosticError(
        "\(name): member `\(member.name)` is damaged: its checksum is wrong",
        hints: ["copy or download the file again"])
    }
    return bytes
  }

  private func bytes(of member: ZipMember, count: Int, isWhole: Bool) throws -> [UInt8] {
    guard member.isDeflated else {
      let start = member.data.lowerBound
      return store.values(start..<start + count, as: UInt8.self)
    }
    guard
      let bytes = Zlib.inflated(store, member.data, count: count, isWhole: isWhole)
    else {
      throw DiagnosticError(
        "\(name): member `\(member.name)` is damaged: its deflate stream does not give \(member.size) bytes",
        hints: ["copy or download the file again"])
    }
    return bytes
  }
}
