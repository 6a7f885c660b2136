/// The biases of the network that are trained beside an adapter, by PEFT's names.
public enum TrainedBiases: String, Sendable, Hashable, CaseIterable {
  /// None.
  case none
  /// Those of the maps, norms and embeddings that adapters are attached to, whatever the adapter is.
  case adapted = "lora_only"
  /// Every parameter of the network with `bias` in its name, as in PEFT: a Swin's tables of relative positions
  /// are among them.
  case all
}
