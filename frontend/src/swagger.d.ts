declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  /** Draws the description at `url` into the element `dom_id`. */
  export default function SwaggerUI(options: {
    url: string;
    dom_id: string;
    deepLinking: boolean;
    /** `null`: no description is sent to a validator. */
    validatorUrl: string | null;
  }): void;
}
