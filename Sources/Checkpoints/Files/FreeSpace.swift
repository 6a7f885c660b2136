#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes that can still be written to the disk of a folder.
///
/// - Parameter folder: one that exists.
/// - Returns: nil when the system does not say.
public func freeSpace(at folder: String) -> Int? {
  var facts = statvfs()
  guard unsafe statvfs(folder, &facts) == 0 else { return nil }
  let (bytes, isTooLarge) = Int(facts.f_bavail).multipliedReportingOverflow(
    by: Int(facts.f_frsize))
  return isTooLarge ? Int.max : bytes
}
