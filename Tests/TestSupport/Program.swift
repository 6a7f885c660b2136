import Foundation
import PETL
import Testing

/// Programs that tests run.
package enum Program {
  /// `petl`, as it was built beside these tests.
  package static func petl() throws -> URL {
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let bundles = Bundle.allBundles.map(\.bundleURL) + [Bundle.main.bundleURL]
    let candidates = [folder] + bundles.flatMap { [$0, $0.deletingLastPathComponent()] }
    for candidate in candidates {
      folder = candidate
      for _ in 0..<4 {
        let program = folder.appending(path: "petl")
        var isFolder: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(
          atPath: program.path, isDirectory: &isFolder)
        if exists, !isFolder.boolValue,
          FileManager.default.isExecutableFile(atPath: program.path)
        {
          return program
        }
        folder = folder.deletingLastPathComponent()
      }
    }
    throw DiagnosticError("petl was not built beside the tests; looked from \(candidates)")
  }

  /// Runs a program to its end; it must not end by a signal, nor leave a stack trace or Swift's own
  /// words for an error.
  package static func run(
    _ program: URL, _ arguments: [String], in folder: String, environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files rather than pipes: nothing can fill up. Not in the folder: tests count what is there.
    let scratch = try ScratchFolder()
    let paths = ["out", "err"].map(scratch.file)
    let handles = try paths.map { path in
      try Data().write(to: URL(filePath: path))
      return try FileHandle(forWritingTo: URL(filePath: path))
    }
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let texts = try paths.map {
      String(decoding: try Data(contentsOf: URL(filePath: $0)), as: UTF8.self)
    }
    let outcome = Outcome(
      code: process.terminationStatus, output: texts[0], complaints: texts[1])
    #expect(process.terminationReason == .exit, "\(arguments) \(outcome)")
    for word in ["Fatal error", "Stack dump", "Crash", "Backtrace", "Error Domain", "Swift."] {
      #expect(!(texts[0] + texts[1]).contains(word), "\(arguments): \(texts)")
    }
    return outcome
  }
}
