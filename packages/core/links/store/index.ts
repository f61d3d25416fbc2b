export { type Migrations, type Row, type Store, type StoreLink, storeLink, type Value } from './store.ts'
