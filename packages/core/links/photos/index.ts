export { fetchPhoto, type PhotoPattern, photoPatternIn } from './photos.ts'
