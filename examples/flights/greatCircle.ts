import type { Airport } from './airports.ts';

const earthRadiusKm = 6371.0088;

/** The shortest way between two airports over the globe, in km (haversine formula). */
export function greatCircle(from: Airport, to: Airport): number {
  const sinLatitude = Math.sin((to.latitude - from.latitude) / 2);
  const sinLongitude = Math.sin((to.longitude - from.longitude) / 2);
  const haversine =
    sinLatitude * sinLatitude + Math.cos(from.latitude) * Math.cos(to.latitude) * sinLongitude * sinLongitude;
  return 2 * earthRadiusKm * Math.asin(Math.sqrt(haversine));
}
