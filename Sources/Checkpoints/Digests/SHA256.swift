import COpenSSL
import Foundation
import PETL

/// SHA-256 of bytes that come in parts, by OpenSSL.
@safe package struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// The digest of nothing yet.
  package init() {
    guard let context = unsafe EVP_MD_CTX_new(),
      unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { stopProgram("OpenSSL gives no SHA-256.") }
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Takes more bytes.
  package mutating func update(_ bytes: some DataProtocol) {
    for region in bytes.regions {
      unsafe region.withUnsafeBytes { part in
        let isTaken = unsafe EVP_DigestUpdate(context, part.baseAddress, part.count) == 1
        require(isTaken, "OpenSSL cannot digest \(part.count) bytes.")
      }
    }
  }

  /// The digest of all bytes taken, in 64 hexadecimal digits.
  package consuming func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    let isFinished = unsafe EVP_DigestFinal_ex(context, &digest, nil) == 1
    require(isFinished, "OpenSSL cannot end a digest.")
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The digest of bytes, in 64 hexadecimal digits.
  package static func digest(of bytes: some DataProtocol) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The digest of what a file holds, in 64 hexadecimal digits.
  ///
  /// - Throws: `DiagnosticError` when it cannot be read.
  package static func digest(ofFile path: String) throws -> String {
    var hash = SHA256()
    try readParts(of: path) { part in
      hash.update(part)
      return true
    }
    return hash.finish()
  }
}
