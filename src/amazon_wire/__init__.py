"""Tables of facts about Amazon's protocols, shared by the component and the simulator. No logic; sources in PROVENANCE.md."""
