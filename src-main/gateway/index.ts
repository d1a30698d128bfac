export { type DemoApi, startDemoApi } from './demo-api.ts';
export { openShop, type Shop, type ShopOptions } from './shop.ts';
