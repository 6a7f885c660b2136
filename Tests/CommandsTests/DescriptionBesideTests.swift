import Foundation
import TestSupport
import Testing

/// A description that lies beside weights is read, or said not to be.
struct DescriptionBesideTests {
  @Test func oneThatMayBeOfOtherWeights() throws {
    let bench = try Bench()
    try bench.writeExperiment()
    try bench.writeHead()
    try bench.write("{}", to: "config.json")
    let command = ["predict", "--data", "data.safetensors", "--output", "o.csv", "--weights"]
    let passedOver = try bench.petl(command + ["headed.safetensors"])
    #expect(passedOver.code == 0, "\(passedOver)")
    #expect(
      passedOver.complaints.contains(
        "config.json is not read, for it may be of other weights: name the weights model.safetensors, or give their folder if there are no others"
      ), "\(passedOver)")
    try FileManager.default.copyItem(
      atPath: bench.folder + "/headed.safetensors", toPath: bench.folder + "/model.safetensors")
    let read = try bench.petl(command + ["model.safetensors"])
    #expect(!read.complaints.contains("is not read"), "\(read)")
  }
}
