import Foundation
import PETL

/// Why an operation of Foundation on a file failed, in the system's words.
///
/// Foundation's own sentence for much of what a disk can do is the number of an error.
public func systemReason(of error: any Error) -> String {
  if let error = error as? DiagnosticError {
    return error.diagnostics.map(\.message).joined(separator: "; ")
  }
  let facts = error as NSError
  if facts.domain == NSPOSIXErrorDomain, let code = Int32(exactly: facts.code) {
    return systemReason(code)
  }
  if let cause = facts.userInfo[NSUnderlyingErrorKey] as? any Error {
    return systemReason(of: cause)
  }
  guard facts.domain == NSCocoaErrorDomain else { return error.localizedDescription }
  return switch CocoaError.Code(rawValue: facts.code) {
  case .fileNoSuchFile, .fileReadNoSuchFile: systemReason(ENOENT)
  case .fileReadNoPermission, .fileWriteNoPermission: systemReason(EACCES)
  case .fileReadTooLarge: systemReason(EFBIG)
  case .fileReadInapplicableStringEncoding, .fileReadUnknownStringEncoding: "it is not UTF-8"
  case .fileReadInvalidFileName, .fileWriteInvalidFileName: "the name is not one of a file"
  case .fileWriteFileExists: systemReason(EEXIST)
  case .fileWriteOutOfSpace: systemReason(ENOSPC)
  case .fileWriteVolumeReadOnly: systemReason(EROFS)
  case .fileReadUnknown, .fileWriteUnknown: "the system reports an error of input or output"
  default: error.localizedDescription
  }
}
