"""What a patient's glucose really was: replayed, generated or injected points on a stable grid."""
