import Foundation
import TestSupport
import Testing

/// Plugin files of a recipe, asked about at a terminal.
@Suite struct PluginPermissionTests {
  /// Runs `petl validate r.yaml` on a terminal on which somebody types.
  private func validate(_ bench: PluginBench, typing answer: String) throws -> (
    code: Int32, text: String
  ) {
    var (leader, follower): (Int32, Int32) = (-1, -1)
    let status = unsafe openpty(&leader, &follower, nil, nil, nil)
    try #require(status == 0)
    let terminal = FileHandle(fileDescriptor: follower, closeOnDealloc: true)
    let keyboard = FileHandle(fileDescriptor: leader, closeOnDealloc: false)
    try keyboard.write(contentsOf: Data(answer.utf8))
    let process = Process()
    process.executableURL = try Program.petl()
    process.arguments = ["validate", "r.yaml"]
    process.currentDirectoryURL = URL(fileURLWithPath: bench.folder)
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["XDG_CACHE_HOME": "\(bench.folder)/cache"]) { $1 }
    (process.standardInput, process.standardError) = (terminal, terminal)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    try terminal.close()
    var bytes: [UInt8] = []
    // Reading ends with an error when nobody holds the other end any more.
    while true {
      var part = [UInt8](repeating: 0, count: 4096)
      let count = unsafe read(leader, &part, part.count)
      if count <= 0 { break }
      bytes += part.prefix(count)
    }
    close(leader)
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }

  /// Once for each content; no is no.
  @Test func isAskedOnce() throws {
    let bench = try PluginBench("plugins: [Mine.swift]\nregularizers: [{type: mine}]\n")
    try bench.writePenalty()
    let question = "allow it? [y/N]"
    let no = try validate(bench, typing: "n\n")
    #expect(no.text.contains(question), "\(no)")
    #expect(no.text.contains("  Mine.swift\r\n"), "\(no)")
    #expect(no.code == 2, "\(no)")
    let yes = try validate(bench, typing: "y\n")
    #expect(yes.text.contains(question), "\(yes)")
    #expect(yes.code == 0, "\(yes)")
    let again = try validate(bench, typing: "")
    #expect(again.text == "", "\(again)")
    #expect(again.code == 0, "\(again)")
    try bench.writePenalty(factor: 2)
    let edited = try validate(bench, typing: "n\n")
    #expect(edited.text.contains(question), "\(edited)")
    // What is allowed at a terminal is not allowed to scripts.
    let script = try bench.petl(["validate", "r.yaml"])
    #expect(script.code == 2, "\(script)")
  }
}
