import { serve } from "../base/serve";
import { dockerProvider } from "./provider";

void serve(dockerProvider());
