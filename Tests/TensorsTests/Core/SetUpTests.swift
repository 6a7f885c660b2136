import Foundation
import TestSupport
import Testing

/// OpenBLAS is called nowhere before it was set up.
@Suite struct SetUpTests {
  /// Each function with a call of BLAS or LAPACK, in each file that can make one.
  @Test func everyCall() throws {
    let call = try Regex(#"\b(cblas_[a-z]+|[sd][a-z]{4,5}_)\("#)
    let folder = Checkout.path("Sources/Tensors")
    var found = 0
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where name.hasSuffix(".swift") {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      guard text.contains("import COpenBLAS") else { continue }
      for function in text.components(separatedBy: "func ").dropFirst()
      where function.contains(call) {
        found += 1
        let isSafe = function.contains("setUp()") || function.contains("withWork(")
        #expect(isSafe, "\(name): \(function.prefix(60))")
      }
    }
    #expect(found >= 8)
  }
}
