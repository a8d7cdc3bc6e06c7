export function colorOf(photo: string): string {
  return `${photo} is ${photo.length} blue`;
}
