export { type DemoApi, startDemoApi } from './demo-api.ts';
export { type FacilitatorDoor, type FacilitatorTerms, openFacilitatorDoor } from './facilitator-door.ts';
export type { AccessLog, CallBook, CreditBook, FacilitatorBook, FacilitatorSwitch, ShopBook } from './ports.ts';
export type { CreditForm } from './prepaid/credential-reader.ts';
export { type CreditDesk, type CreditDeskDeps, createCreditDesk, type Take } from './prepaid/credit-desk.ts';
export type { LandedTransfers } from './prepaid/package-sales.ts';
export { openShop, type Shop, type ShopOptions, type ShopParts, type ShopStats } from './shop.ts';
export { defaultLimits, type ShopPlan, shopPlanSchema, usualPackages } from './shop-plan.ts';
