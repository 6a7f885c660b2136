import Checkpoints
import Dispatch
import Foundation
import PETL

/// A program of this machine that is asked something.
package struct SystemProgram: Sendable {
  /// What it answered.
  package struct Answer: Sendable {
    package let status: Int32
    package let output: String
    package let complaints: String

    /// What it says of a failure, as one line.
    package var reason: String {
      let lines = complaints.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      return lines.isEmpty ? "exit code \(status)" : lines.joined(separator: "; ")
    }
  }

  package let path: String

  /// Looks a program up as a shell does; nil where there is none.
  package init?(_ name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let places = folders.map { "\($0)/\(name)" }
    guard
      let place = places.first(where: {
        FileKind.seen(at: $0) == .file && FileManager.default.isExecutableFile(atPath: $0)
      })
    else { return nil }
    path = place
  }

  /// Runs it to its end.
  ///
  /// - Throws: `DiagnosticError` when it cannot be started.
  package func run(_ arguments: [String]) throws -> Answer {
    let (process, output, complaints) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    (process.standardOutput, process.standardError) = (output, complaints)
    do { try process.run() } catch {
      throw DiagnosticError("\(path) cannot be started: \(systemReason(of: error))")
    }
    // Both at once: a pipe that is full holds the program up.
    let said = Said()
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) {
      said.bytes = complaints.fileHandleForReading.readDataToEndOfFile()
    }
    let text = output.fileHandleForReading.readDataToEndOfFile()
    group.wait()
    process.waitUntilExit()
    return Answer(
      status: process.terminationReason == .exit ? process.terminationStatus : -1,
      output: String(decoding: text, as: UTF8.self),
      complaints: String(decoding: said.bytes, as: UTF8.self))
  }

  /// What one thread writes and the other reads once that has ended.
  private final class Said: @unchecked Sendable {
    var bytes = Data()
  }
}
