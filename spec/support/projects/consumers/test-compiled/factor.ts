export enum Factor {
  Double = 2,
}
